// context.h - what the connections of one listener share: its settings, and the generation of files in force.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "counters.h"
#include "generation.h"

namespace keel::tls {

class Context {
 public:
  // `before`: what the listener of this address had, or nullptr. Its numbers are gone on with, and its sessions stay
  // good where the same peers are trusted. nullptr: `error` is the sentence. [control]
  static std::unique_ptr<Context> make(Settings s, const Generation* before, std::string& error);

  const Settings settings;
  const std::shared_ptr<Counters> counters;

  // What new connections get. [any]
  std::shared_ptr<const Generation> generation() const;

  enum class Outcome : uint8_t { kSame, kSwapped, kRefused };
  // Reads the files again. Refused: all stays as it is, and `error` says why. `anew`: also files that have not changed
  // since they were read. [any that may block], one at a time
  Outcome reload(bool anew, std::string& error);

  // Of the last reload that found something new. [any]
  struct Last {
    int64_t at_s = 0;  // Unix time
    std::string result;
  };
  Last last_reload() const;

 private:
  Context(Settings s, const Material& m, std::shared_ptr<const Generation> g);

  mutable std::mutex mutex_;
  std::shared_ptr<const Generation> generation_;
  Last last_;
  std::mutex reload_mutex_;  // the two below
  Material::Digest seen_;    // in force or refused: what is said once is not said again
  std::string unreadable_;   // why the files could not be read the last time
};

}  // namespace keel::tls
