// host/config/options.h - every option that is declared, its value, and CONFIG GET and SET over them.
//
// [control] at start, then [executor]: one caller at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "host/config/row.h"

namespace keel::config {

enum class Source : uint8_t { kDefault, kFile, kOverlay, kCommandLine, kConfigSet };

struct Option {
  Row row;
  std::string owner;                         // a plugin's name, or "server"
  std::string value;                         // in force, in the form of CONFIG GET
  std::string file_value;                    // what default and file give: the overlay holds what differs from it
  std::optional<std::string> overlay_value;  // what the overlay held when it was last read or written
  Source source = Source::kDefault;          // of value
};

inline constexpr std::string_view kServerOwner = "server";

class Options {
 public:
  Options() = default;
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // Takes n rows of an owner, `stride` bytes apart; a row with name NULL ends them early.  All or none: false with a
  // sentence when a name is taken, a row is malformed, or its default fails its own check.
  bool declare(const keel_option* first, uint32_t n, uint32_t stride, void* self, std::string_view owner,
               std::string& error);
  bool declare(std::vector<Row> rows, std::string_view owner, std::string& error);

  // By either name, in any case; null = unknown.
  const Option* find(std::string_view name) const;
  // The value of an option that is known to be declared; empty for others.
  const std::string& value(std::string_view name) const;
  bool is_secret(std::string_view name) const;                             // redact its value in SLOWLOG, MONITOR, logs
  std::vector<std::string_view> names(std::string_view owner = {}) const;  // in the order of declaration; empty = all
  std::span<const std::unique_ptr<Option>> all() const { return options_; }

  // At start: checks and keeps a value, tells nobody.  False: `error` is the bare sentence.
  bool assign(std::string_view name, const Words& words, Source source, std::string& error);
  // At start, once: tells every owner its values.  False: "name: sentence".
  bool apply_all(std::string& error);

  // Called once after one or more of `names` have changed through CONFIG SET and their owners have been told; `changed`
  // holds those names, in the order in which they were given.  A refusal undoes the whole CONFIG SET, and its text
  // becomes the reply.
  using Hook = std::function<bool(const std::vector<std::string_view>& changed, std::string& error)>;
  void on_change(std::vector<std::string> names, Hook hook);
  // The same for one that wants to know, too, when all that CONFIG SET has set of `names` had these values before: then
  // `changed` is empty.  For files, whose contents may be others under the same name.
  void on_set(std::vector<std::string> names, Hook hook);

  // CONFIG GET: pairs of name and value, each option once; literal names as they were written.
  std::vector<std::pair<std::string, std::string>> get(std::span<const std::string_view> patterns) const;

  // CONFIG SET name value [name value ...]: all or none.  False: `reply` is the whole error, "ERR ..." included.
  bool set(std::span<const std::string_view> arguments, bool peer_is_local, std::string& reply);

  // For Configuration: after the file is read, and around CONFIG REWRITE.
  void freeze_file_values();
  void set_overlay_value(const Option& option, std::optional<std::string> value);

 private:
  struct Name {
    std::string name;
    Option* option;
  };
  struct Change;
  bool check_set(std::span<const std::string_view> arguments, bool peer_is_local, std::vector<Change>& changes,
                 std::string& reply);
  bool apply_set(std::vector<Change>& changes, std::string_view& culprit, std::string& error);
  bool run_hooks(const std::vector<Change>& changes, std::string_view& culprit, std::string& error);
  void roll_back(std::vector<Change>& changes, size_t applied);
  Option* find_mutable(std::string_view name) const;

  std::vector<std::unique_ptr<Option>> options_;
  std::vector<Name> names_;                          // both names of an option, in the order of declaration
  std::unordered_map<std::string, size_t> by_name_;  // lower case -> index into names_
  struct Hooked {
    std::vector<std::string> names;
    Hook hook;
    bool same_values_too;
  };
  std::vector<Hooked> hooks_;
};

}  // namespace keel::config
