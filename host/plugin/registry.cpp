#include "host/plugin/registry.h"

#include <algorithm>

#include "host/plugin/check_rows.h"
#include "host/plugin/grow.h"
#include "host/plugin/loader.h"

namespace keel::plugin {
namespace {

constexpr uint32_t kMaxRows = 4096;  // of one call
constexpr size_t kMaxTypes = 255;
constexpr size_t kMaxEvents = 4096;
// g k h ... of notify-keyspace-events that stand for a class; A, K and E select, they are none.
constexpr std::string_view kEventClasses = "g$lshzxetdmn";

std::string by(const Plugin* owner) {
  return owner == nullptr ? "the server" : "plugin '" + owner->name() + "'";
}

// "uses" a table behind a keel_head; what is wrong with its size, or "".
template <class T>
std::string take_table(const void* table, const std::string& what, T& out) {
  const uint32_t size = static_cast<const keel_head*>(table)->size;
  if (size < sizeof(keel_head) || size > kMaxTable)
    return "has a " + what + " whose size says " + std::to_string(size) + " bytes";
  if (!adopt(table, size, out)) return "has a " + too_new(what, size, sizeof(T));
  out.head.size = sizeof(T);
  return {};
}

// Copies rows that lie `stride` bytes apart, as their author compiled them.
template <class Row, class Take>
std::string each_row(const Row* first, uint32_t n, uint32_t stride, const char* what, size_t least, Take take) {
  if (n == 0) return {};
  if (first == nullptr) return std::string{"registers rows of "} + what + " at NULL";
  if (n > kMaxRows) return std::string{"registers more than 4096 rows of "} + what + " at once";
  if (stride < least || stride > kMaxTable)
    return std::string{"registers rows of "} + what + " that are " + std::to_string(stride) + " bytes apart";
  const auto* bytes = reinterpret_cast<const unsigned char*>(first);
  for (uint32_t i = 0; i < n; ++i) {
    Row row;
    if (!adopt(bytes + size_t{i} * stride, stride, row)) return "has a row " + too_new(what, stride, sizeof(Row));
    std::string wrong = take(row);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace

std::string Registry::type(const keel_type* table, uint16_t& number, const Plugin* owner) {
  number = 0;
  if (table == nullptr) return "registers a value type that is NULL";
  keel_type copy;
  std::string wrong = take_table(table, "keel_type", copy);
  if (wrong.empty()) wrong = check_type(copy);
  if (!wrong.empty()) return wrong;
  static constexpr uint8_t kNoCodes[] = {0xff};  // whoever looks for a code finds a list
  if (copy.rdb_codes == nullptr) copy.rdb_codes = kNoCodes;
  for (const TypeEntry& other : types_) {
    if (same_name(other.table->name, copy.name))
      return "has the value type " + in_quotes(copy.name) + ", which " + by(other.owner) + " has already";
    for (const uint8_t* code = copy.rdb_codes; *code != 0xff; ++code)
      for (const uint8_t* theirs = other.table->rdb_codes; *theirs != 0xff; ++theirs)
        if (*code == *theirs)
          return "has the value type " + in_quotes(copy.name) + " with the code " + std::to_string(*code) +
                 ", which is that of " + in_quotes(other.table->name) + " of " + by(other.owner);
  }
  if (types_.size() == kMaxTypes) return "registers a value type, but all 255 numbers are taken";
  number = static_cast<uint16_t>(types_.size() + 1);
  types_.push_back({&type_tables_.emplace_back(copy), number, owner});
  return {};
}

std::string Registry::command(keel_command& row, const Plugin* owner) {
  std::string wrong = check_command(row);
  if (!wrong.empty()) return wrong;
  const std::string_view name{row.name};
  const size_t bar = name.find('|');
  bool contained = bar == std::string_view::npos;
  for (const CommandEntry& other : commands_) {
    if (same_name(other.row.name, name))
      return "has the command " + in_quotes(row.name) + ", which " + by(other.owner) + " has already";
    contained = contained || same_name(other.row.name, name.substr(0, bar));
  }
  if (!contained)
    return "has the subcommand " + in_quotes(row.name) + " before a command " +
           in_quotes(std::string{name.substr(0, bar)}.c_str());
  if (row.doc != nullptr) {
    keel_doc doc;
    if (row.doc->size < sizeof(uint64_t) || row.doc->size > kMaxTable)
      return "has the command " + in_quotes(row.name) + " whose keel_doc gives no usable size";
    if (!adopt(row.doc, row.doc->size, doc)) return "has a " + too_new("keel_doc", row.doc->size, sizeof doc);
    doc.size = sizeof doc;
    row.doc = &docs_.emplace_back(doc);
  }
  commands_.push_back({row, owner});
  return {};
}

std::string Registry::commands(const keel_command* first, uint32_t n, uint32_t stride, const Plugin* owner) {
  return each_row(first, n, stride, "keel_command", offsetof(keel_command, keyspecs),
                  [&](keel_command& row) { return command(row, owner); });
}

std::string Registry::options(const keel_option* first, uint32_t n, uint32_t stride, const Plugin* owner) {
  return each_row(first, n, stride, "keel_option", offsetof(keel_option, min), [&](const keel_option& row) {
    std::string wrong = check_option(row);
    if (!wrong.empty()) return wrong;
    for (const OptionEntry& other : options_)
      if (same_name(other.row.name, row.name))
        return "has the option " + in_quotes(row.name) + ", which " + by(other.owner) + " has already";
    options_.push_back({row, owner});
    return std::string{};
  });
}

std::string Registry::extension(const char* id, const void* table, void* self, const Plugin* owner) {
  if (id == nullptr || *id == '\0') return "registers an extension without an id";
  if (table == nullptr) return "registers the extension " + in_quotes(id) + " at NULL";
  const std::string_view name{id};
  const auto clash = [&](const char* kind, const char* own, auto get) {
    for (const ExtensionEntry& other : extensions_)
      if (other.id == id && same_name(get(other.table), own))
        return "has the " + std::string{kind} + " " + in_quotes(own) + ", which " + by(other.owner) + " has already";
    return std::string{};
  };
  std::string wrong;
  if (name == KEEL_TRANSPORT) {
    keel_transport copy;
    wrong = take_table(table, "keel_transport", copy);
    if (wrong.empty()) wrong = check_transport(copy);
    if (wrong.empty())
      wrong = clash("transport", copy.name, [](const void* t) { return static_cast<const keel_transport*>(t)->name; });
    if (wrong.empty()) table = &transports_.emplace_back(copy);
  } else if (name == KEEL_LAYER) {
    keel_layer copy;
    wrong = take_table(table, "keel_layer", copy);
    if (wrong.empty()) wrong = check_layer(copy);
    if (wrong.empty())
      wrong = clash("layer", copy.name, [](const void* t) { return static_cast<const keel_layer*>(t)->name; });
    if (wrong.empty()) table = &layers_.emplace_back(copy);
  } else if (name == KEEL_INFO_SECTION) {
    keel_info_section copy;
    wrong = take_table(table, "keel_info_section", copy);
    if (wrong.empty()) wrong = check_info_section(copy);
    if (wrong.empty())
      wrong = clash("section of INFO", copy.name,
                    [](const void* t) { return static_cast<const keel_info_section*>(t)->name; });
    if (wrong.empty()) table = &info_sections_.emplace_back(copy);
  } else if (static_cast<const keel_head*>(table)->size < sizeof(keel_head)) {
    wrong = "registers the extension " + in_quotes(id) + " without a size at the head of its table";
  }
  if (wrong.empty()) extensions_.push_back({id, table, self, owner});
  return wrong;
}

uint32_t Registry::event(uint32_t cls, std::string_view name, const Plugin* owner) {
  if (name.empty() || name.size() > 64 || cls > 127 ||
      kEventClasses.find(static_cast<char>(cls)) == std::string_view::npos)
    return 0;
  for (const EventEntry& e : events_)
    if (e.name == name && e.cls == cls) return e.number;
  if (events_.size() == kMaxEvents) return 0;
  const auto number = static_cast<uint32_t>(events_.size() + 1);
  events_.push_back({number, cls, std::string{name}, owner});
  return number;
}

// The manifest may leave its commands out; those that it has are all of them.
std::string Registry::complete_commands(const std::vector<std::string>& named, const Plugin* owner) const {
  if (named.empty()) return {};
  const auto mine = [owner](const CommandEntry& c) {
    return c.owner == owner && std::strchr(c.row.name, '|') == nullptr;
  };
  for (const CommandEntry& c : commands_)
    if (mine(c) &&
        std::none_of(named.begin(), named.end(), [&c](const std::string& n) { return same_name(n, c.row.name); }))
      return "has the command " + in_quotes(c.row.name) + ", which its manifest does not name under commands";
  for (const std::string& name : named)
    if (std::none_of(commands_.begin(), commands_.end(),
                     [&](const CommandEntry& c) { return mine(c) && same_name(c.row.name, name); }))
      return "has the command " + in_quotes(name.c_str()) + " by its manifest, but did not register it";
  return {};
}

std::string Registry::complete(const Manifest& manifest, const Plugin* owner) const {
  for (const CommandEntry& c : commands_) {
    if (c.owner != owner || c.row.run != nullptr) continue;
    const auto is_sub = [&c](const CommandEntry& other) {
      const std::string_view name{other.row.name};
      const size_t bar = name.find('|');
      return bar != std::string_view::npos && same_name(name.substr(0, bar), c.row.name);
    };
    if (std::none_of(commands_.begin(), commands_.end(), is_sub))
      return "has the command " + in_quotes(c.row.name) + " without a function to run and without subcommands";
  }
  std::vector<std::string> offered;
  for (const TypeEntry& t : types_)
    if (t.owner == owner) offered.push_back("type:" + std::string{t.table->name});
  for (const ExtensionEntry& e : extensions_) {
    if (e.owner != owner) continue;
    if (e.id == KEEL_TRANSPORT) {
      offered.push_back(std::string{"transport:"} + static_cast<const keel_transport*>(e.table)->name);
    } else if (e.id == KEEL_LAYER) {
      offered.push_back(std::string{"layer:"} + static_cast<const keel_layer*>(e.table)->name);
    }
  }
  const std::vector<std::string>& provides = manifest.provides;
  const auto has = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  for (const std::string& name : offered)
    if (!has(provides, name)) return "registers " + name + ", which its manifest does not name under provides";
  for (const std::string& name : provides) {
    const bool checkable = name.starts_with("type:") || name.starts_with("transport:") || name.starts_with("layer:");
    if (checkable && !has(offered, name)) return "provides " + name + " by its manifest, but did not register it";
  }
  return complete_commands(manifest.commands, owner);
}

void Registry::settle() {
  settled_ = {types_.size(),       commands_.size(),   options_.size(), extensions_.size(),    events_.size(),
              type_tables_.size(), transports_.size(), layers_.size(),  info_sections_.size(), docs_.size()};
}

void Registry::drop() {
  const auto cut = [](auto& list, size_t n) { list.erase(list.begin() + static_cast<std::ptrdiff_t>(n), list.end()); };
  cut(types_, settled_.types);
  cut(commands_, settled_.commands);
  cut(options_, settled_.options);
  cut(extensions_, settled_.extensions);
  cut(events_, settled_.events);
  cut(type_tables_, settled_.type_tables);
  cut(transports_, settled_.transports);
  cut(layers_, settled_.layers);
  cut(info_sections_, settled_.info_sections);
  cut(docs_, settled_.docs);
}

}  // namespace keel::plugin
