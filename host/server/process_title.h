// host/server/process_title.h - what ps shows of the process: its title, in the memory of the command line.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace keel::server {

// [control] The first thing that main() does, before any thread and before anybody keeps a pointer: the environment
// moves to memory of its own, so that the title may take its room, too. Afterwards argv is overwritten by titles:
// whoever needs its words has copies.
void take_title_room(int argc, char** argv);
// How the program was called: the argv[0] of take_title_room(). [any]
const std::string& program_name() noexcept;
// [control|executor] Longer titles are cut; without room nothing happens.
void set_process_title(std::string_view title) noexcept;

// A template with {variables}; "{{" stands for "{". Blanks at both ends of the result are cut.
std::string expand_title(std::string_view text, const std::function<std::string(std::string_view name)>& value);

}  // namespace keel::server
