// keel.change-log/1: the log of the executor that serves.
#include "host/exec/executor.h"

namespace keel::exec {
namespace {

Executor* g_executor = nullptr;

constexpr keel_change_log kTable = {
    {sizeof(keel_change_log), 0},
    [](keel_log_reader* r, uint64_t from, keel_error* error) noexcept { return g_executor->follow(*r, from, error); },
    [](keel_log_reader* r) noexcept { return g_executor->change_log.read(*r); },
    [](keel_log_reader* r, uint64_t n) noexcept { g_executor->change_log.advance(*r, n); },
    [](const keel_log_reader* r) noexcept { return ChangeLog::position(*r); },
    []() noexcept { return g_executor->change_log.begin(); },
    []() noexcept { return g_executor->change_log.end(); },
    [](keel_log_reader* r) noexcept { g_executor->change_log.close(*r); },
};

}  // namespace

void Executor::serve_change_log() noexcept {
  g_executor = this;
}

const keel_change_log& Executor::change_log_table() noexcept {
  return kTable;
}

keel_status Executor::follow(keel_log_reader& reader, uint64_t from, keel_error* error) {
  const keel_status status = change_log.open(reader, from, error);
  // Commands of the same turn are to be logged already.
  if (status == KEEL_OK) ctx_.listeners |= KEEL_LISTEN_LOG;
  return status;
}

}  // namespace keel::exec
