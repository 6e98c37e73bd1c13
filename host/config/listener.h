// host/config/listener.h - where the server listens: as the file says it, and as port, bind and unixsocket see it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/config/yaml.h"
#include "keel/option.h"

namespace keel::config {

class Options;

struct Setting {  // one line of a map of the file
  std::string name;
  Node value;
  int line = 0;
};

struct Listener {
  std::string scheme;             // the transport, or the layer over one: "tcp", "unix", "tls"
  std::string address;            // for the transport: "127.0.0.1:6379", "[::1]:6379", "/run/keel.sock"
  std::string over;               // the transport under a layer; empty = what the layer says
  std::vector<Setting> settings;  // everything else, unchecked
  int line = 0;                   // in the file; 0 = from port, bind or unixsocket
  bool optional = false;          // an address that this machine may lack ("-" in front of it in bind)
};

struct HostPort {
  std::string host;  // without brackets
  int32_t port = 0;
};
// "host:port", "[v6]:port", "*:port"; false: neither, or the port is not 0..65535.
bool parse_address(std::string_view text, HostPort& out);

// One address word of `bind` with a port: "*" is 0.0.0.0, "::*" is [::], and "-" in front makes it optional.
Listener bound_listener(std::string_view word, int64_t port);

// What the file's listeners say about the directives; the first tcp listener counts, with those that share its port,
// and so does the first tls listener.  bind is that of the tcp listeners, or that of the tls ones where there are no
// others.
struct ListenerView {
  int64_t port = 0;      // 0 = no tcp listener
  int64_t tls_port = 0;  // 0 = no tls listener over tcp
  std::vector<std::string> bind;
  std::string unixsocket;
  const Setting* unix_mode = nullptr;  // setting "mode" of the first unix listener
};
// False: an address of a tcp listener is malformed; `error` is the sentence without file and line, `line` its line.
bool view_of(const std::vector<Listener>& listeners, ListenerView& out, std::string& error, int& line);

// The file's listeners, changed to what the directives say now.  A directive that still says what the file says changes
// nothing, so that a file's own listeners come through as they were written.
std::vector<Listener> effective_listeners(const std::vector<Listener>& from_file, const Options& options);

// Every row of the tables with the value that the listener gives it, checked and in the form of CONFIG GET; the row's
// default where it gives none, but for rows named backlog, keepalive, accepts-per-turn and mark the value of
// tcp-backlog, tcp-keepalive, max-new-connections-per-cycle and socket-mark-id.  `tables`: rows of the transport, then
// all that a layer brings, each ending with name NULL; a null table is empty.  A setting X that the layer L brings has
// the value of the directive L-X as its default, when somebody declares that; and where there is a layer,
// accepts-per-turn has that of max-new-tls-connections-per-cycle.  `directory` is what relative secret files start
// from.  False: one sentence, with `file` and line in front.
bool listener_values(const Listener& listener, const std::vector<const keel_option*>& tables, const Options& options,
                     std::string_view file, const std::string& directory,
                     std::vector<std::pair<std::string, std::string>>& out, std::string& error);

}  // namespace keel::config
