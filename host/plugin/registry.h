// host/plugin/registry.h - what plugins have registered, and the stage on which one plugin registers: either all of it
// joins the registry, or nothing does.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/manifest.h"
#include "keel/info.h"
#include "keel/option.h"
#include "keel/plugin.h"
#include "keel/transport.h"
#include "keel/type.h"

namespace keel::plugin {

class Plugin;

// Tables and rows have the full size of this SDK's structs, whatever the plugin was compiled with; pointers inside them
// are valid for ever. A NULL owner is the host itself.
struct TypeEntry {
  const keel_type* table;
  uint16_t number;  // 1..255, keel_ref.type
  const Plugin* owner;
};
struct CommandEntry {
  keel_command row;
  const Plugin* owner;
};
struct OptionEntry {
  keel_option row;
  const Plugin* owner;
};
struct ExtensionEntry {
  std::string id;     // "keel.transport/1", "keel.layer/1", "keel.info-section/1", or what other plugins look up
  const void* table;  // of those three ids: full size; of others: as the plugin gave it
  void* self;
  const Plugin* owner;
};
struct EventEntry {
  uint32_t number;  // 1.., keel_change.event
  uint32_t cls;     // letter of notify-keyspace-events
  std::string name;
  const Plugin* owner;  // who asked first
};

// The counterpart of keel_registrar.
class Registry {
 public:
  // [control] These check, and return "" or the reason as the end of a sentence that begins with the plugin. What they
  // took belongs to the stage until settle().
  std::string type(const keel_type* table, uint16_t& number, const Plugin* owner);
  std::string commands(const keel_command* first, uint32_t n, uint32_t stride, const Plugin* owner);
  std::string options(const keel_option* first, uint32_t n, uint32_t stride, const Plugin* owner);
  std::string extension(const char* id, const void* table, void* self, const Plugin* owner);
  // 0 = none left, or the class is no letter of notify-keyspace-events, or the name is empty.
  uint32_t event(uint32_t cls, std::string_view name, const Plugin* owner);

  // Checks what can only be seen when everything is there: containers without subcommands, promises not kept.
  std::string complete(const Manifest& manifest, const Plugin* owner) const;
  void settle();  // the stage is part of the registry from now on
  void drop();    // forgets the stage

  const std::vector<TypeEntry>& types() const { return types_; }
  const std::vector<CommandEntry>& commands() const { return commands_; }
  const std::vector<OptionEntry>& options() const { return options_; }
  const std::vector<ExtensionEntry>& extensions() const { return extensions_; }
  const std::vector<EventEntry>& events() const { return events_; }

 private:
  struct Mark {
    size_t types = 0, commands = 0, options = 0, extensions = 0, events = 0, type_tables = 0, transports = 0,
           layers = 0, info_sections = 0, docs = 0;
  };
  std::string command(keel_command& row, const Plugin* owner);
  std::string complete_commands(const std::vector<std::string>& named, const Plugin* owner) const;

  std::vector<TypeEntry> types_;
  std::vector<CommandEntry> commands_;
  std::vector<OptionEntry> options_;
  std::vector<ExtensionEntry> extensions_;
  std::vector<EventEntry> events_;
  std::deque<keel_type> type_tables_;  // deques: addresses stay
  std::deque<keel_transport> transports_;
  std::deque<keel_layer> layers_;
  std::deque<keel_info_section> info_sections_;
  std::deque<keel_doc> docs_;
  Mark settled_;
};

}  // namespace keel::plugin
