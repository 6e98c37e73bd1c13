#include "host/commands/commands.h"

#include <stdexcept>
#include <string>

#include "host/commands/rows.h"

namespace keel::commands {

void register_commands(exec::CommandTable& table) {
  for (const auto rows : {delete_rows, exists_rows, expire_rows, ttl_rows, rename_rows, copy_rows, keys_rows, scan_rows,
                          database_rows, object_rows, dump_rows, sort_rows, transaction_rows})
    for (const keel_command& row : rows())
      if (const std::string error = table.add(row, {}, nullptr); !error.empty()) throw std::logic_error(error);
}

}  // namespace keel::commands
