#include "context.h"

#include <ctime>

#include "listeners.h"

namespace keel::tls {

Context::Context(Settings s, const Material& m, std::shared_ptr<const Generation> g)
    : settings(std::move(s)), counters(counters_of(settings.address)), generation_(std::move(g)), seen_(m.digest()) {}

std::unique_ptr<Context> Context::make(Settings s, const Generation* before, std::string& error) {
  Material m;
  if (!read_material(s, m, error) || !confirm_material(s, m, error)) return nullptr;
  auto g = make_generation(s, m, before, error);
  if (!g) return nullptr;
  return std::unique_ptr<Context>(new Context(std::move(s), m, std::move(g)));
}

std::shared_ptr<const Generation> Context::generation() const {
  const std::lock_guard lock{mutex_};
  return generation_;
}

Context::Last Context::last_reload() const {
  const std::lock_guard lock{mutex_};
  return last_;
}

Context::Outcome Context::reload(bool anew, std::string& error) {
  const std::lock_guard one_at_a_time{reload_mutex_};
  Material m;
  std::shared_ptr<const Generation> made;
  const auto before = generation();
  bool readable = read_material(settings, m, error);
  const bool same = readable && !anew && m.digest() == seen_;
  if (readable && !same) readable = confirm_material(settings, m, error);
  if (!readable) {
    if (!anew && error == unreadable_) return Outcome::kSame;
    unreadable_ = error;
  } else {
    unreadable_.clear();
    if (same) return Outcome::kSame;
    made = make_generation(settings, m, before.get(), error);
    const int64_t now = std::time(nullptr);
    if (made && made->certificate.not_after_s < now) error = made->own.what + " has expired";
    if (made && made->certificate.not_before_s > now) error = made->own.what + " is not valid yet";
    if (!error.empty()) made.reset();
    seen_ = m.digest();
  }
  {
    const std::lock_guard lock{mutex_};
    last_ = {std::time(nullptr), made ? "ok" : error};
    if (!made) return Outcome::kRefused;
    generation_ = made;
  }
  // Connections may keep the generation before for long, and nobody resumes in it.
  if (before->sessions && before->sessions != made->sessions) before->sessions->clear();
  return Outcome::kSwapped;
}

}  // namespace keel::tls
