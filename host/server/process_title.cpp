#include "host/server/process_title.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace keel::server {
namespace {

// The kernel shows the memory in which it has laid the words of the command line; when the last byte of that is not
// zero, it reads on into what follows, the environment. Asking it for other memory (PR_SET_MM) needs privileges.
struct Room {
  char* begin = nullptr;
  size_t size = 0;
  std::string program;
  std::vector<std::string> variables;  // of the environment, from now on
  std::vector<char*> environment;
};

Room& room() {
  static Room* r = new Room;  // environ points into it to the very end
  return *r;
}

}  // namespace

void take_title_room(int argc, char** argv) {
  Room& r = room();
  if (argc < 1 || argv[0] == nullptr) return;
  char* end = argv[0];
  const auto follows = [&end](char* text) {
    if (text != end) return false;
    end += std::strlen(text) + 1;
    return true;
  };
  for (int i = 0; i < argc; ++i)
    if (!follows(argv[i])) break;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    follows(*variable);
    r.variables.emplace_back(*variable);
  }
  for (std::string& variable : r.variables) r.environment.push_back(variable.data());
  r.environment.push_back(nullptr);
  r.program = argv[0];
  environ = r.environment.data();
  // The C library prints this name in front of its own messages.
  ::program_invocation_name = r.program.data();
  ::program_invocation_short_name = r.program.data() + (r.program.rfind('/') + 1);
  r.begin = argv[0];
  r.size = static_cast<size_t>(end - r.begin);
}

const std::string& program_name() noexcept {
  return room().program;
}

void set_process_title(std::string_view title) noexcept {
  const Room& r = room();
  if (r.size == 0) return;
  const size_t n = std::min(title.size(), r.size - 1);
  std::memcpy(r.begin, title.data(), n);
  std::memset(r.begin + n, 0, r.size - n);
}

std::string expand_title(std::string_view text, const std::function<std::string(std::string_view)>& value) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '{') {
      out += text[at++];
    } else if (at + 1 < text.size() && text[at + 1] == '{') {
      out += '{';
      at += 2;
    } else {
      const size_t end = std::min(text.find('}', at), text.size());
      out += value(text.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  const size_t first = out.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(' ') + 1 - first);
}

}  // namespace keel::server
