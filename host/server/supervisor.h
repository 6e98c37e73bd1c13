// host/server/supervisor.h - the service manager that has started the process, and what it is told.
#pragma once
#include "host/base/settings.h"

namespace keel::server {

class Supervisor {
 public:
  // [control] The directive `supervised`, and what the environment says: `auto` is whoever is there; one that is asked
  // for and not there is said in the log, and nobody is told anything.
  explicit Supervisor(base::Supervised wanted);
  // The one that is there: never kAuto.
  base::Supervised kind() const noexcept { return kind_; }

  // The server accepts. Upstart learns it from a process that stops itself, and lets it go on.
  void ready() const noexcept;
  void reloading() const noexcept;
  void reloaded() const noexcept;
  void stopping() const noexcept;

 private:
  base::Supervised kind_;
};

}  // namespace keel::server
