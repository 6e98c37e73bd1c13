// DUMP and RESTORE: values as bytes that another server takes, of this kind or a Redis.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "host/base/log.h"
#include "host/commands/docs.h"
#include "host/commands/put_value.h"
#include "host/commands/rows.h"
#include "host/rdb/payload.h"
#include "keel/cpp/args.hpp"

namespace keel::commands {
namespace {

// A bulk string that is sent from its block when it is big.
void reply_block(Ctx c, base::Blob* block, Str bytes) {
  if (bytes.size() < exec::ReplyBuffer::kPinFrom) {
    c.bulk(bytes);
    return;
  }
  Executor& x = executor(c);
  c.line('$', static_cast<int64_t>(bytes.size()));
  x.sync_cursor();
  x.replies().pin(block, bytes.data(), bytes.size());
  x.give_cursor();
  c.put("\r\n");
}

keel_status dump(Ctx c) {
  const Ref value = c.read(0);
  if (!value) return c.null();
  rdb::BlobSink payload;
  const keel_type& type = *executor(c).keyspace.types()[value.raw()->type];
  if (rdb::write_payload(type, *value.raw(), payload) != KEEL_OK) return c.out_of_memory();
  reply_block(c, payload.block(), payload.bytes());
  return KEEL_OK;
}

struct RestoreOptions {
  bool replace = false;
  bool absolute = false;
  std::optional<int64_t> idle_s;
  std::optional<int64_t> frequency;
};

void parse(Args& args, RestoreOptions& options) {
  while (args.more()) {
    if (args.take("REPLACE")) {
      options.replace = true;
    } else if (args.take("ABSTTL")) {
      options.absolute = true;
    } else if (!options.frequency && args.take_with_value("IDLETIME")) {
      options.idle_s = args.integer();
      if (*options.idle_s < 0) args.fail("ERR Invalid IDLETIME value, must be >= 0");
    } else if (!options.idle_s && args.take_with_value("FREQ")) {
      options.frequency = args.integer();
      if (*options.frequency < 0 || *options.frequency > UINT8_MAX)
        args.fail("ERR Invalid FREQ value, must be >= 0 and <= 255");
    } else {
      args.unknown();
    }
  }
}

// The log gets a moment where the command had a span (at_ms; -1 = it had none), and the right checksum where nobody has
// looked at it.
void log_to_be_repeated(Ctx c, int64_t at_ms, bool checked) {
  if (at_ms < 0 && checked) return;
  std::vector<keel_str> words(c.raw()->argv, c.raw()->argv + c.argc());
  std::string moment;
  rdb::BlobSink payload;
  if (at_ms >= 0) {
    moment = std::to_string(at_ms);
    words[2] = str(moment);
    words.push_back(str("ABSTTL"));
  }
  if (!checked && rdb::write_with_checksum(c.arg(3), payload) == KEEL_OK) words[3] = str(payload.bytes());
  c.raw()->exec->propagate(c.raw(), words.data(), static_cast<uint32_t>(words.size()));
}

keel_status restore(Ctx c) {
  Executor& x = executor(c);
  RestoreOptions options;
  Args args(c, 4);
  parse(args, options);
  if (!args.ok()) return args.reply();
  Entry* was = find(c, 0, x.db());
  if (was != nullptr && !options.replace) return c.error("BUSYKEY Target key name already exists.");
  const auto ttl = parse_integer(c.arg(2));
  if (!ttl) return c.error(kNotInteger);
  if (*ttl < 0) return c.error("ERR Invalid TTL value, must be >= 0");
  const auto payload = rdb::open_payload(c.arg(3), x.check_payloads);
  if (!payload) return c.error("ERR DUMP payload version or checksum are wrong");
  rdb::LoadedValue value(x.keyspace.types());
  std::string why;
  if (!value.load(payload->code, payload->version, payload->value, why)) {
    base::log(base::LogLevel::kNotice, "RESTORE refuses a payload: " + why);
    return c.error("ERR Bad data format");
  }

  int64_t at_ms = -1;
  if (*ttl > 0) at_ms = options.absolute ? *ttl : x.now_ms() + std::min(*ttl, INT64_MAX - x.now_ms());
  if (at_ms >= 0 && is_past(c, at_ms)) {
    if (was != nullptr) {
      x.keyspace.remove(x.db(), hash_of(c, 0), was, x.settings.lazyfree_lazy_server_del);
      c.propagate(Str{x.settings.lazyfree_lazy_server_del ? "UNLINK" : "DEL"}, c.key(0));
      changed(c);
      x.touch(x.db(), hash_of(c, 0), c.key(0));
    }
    return c.ok();
  }
  if (!put_value(c, {0, was, at_ms, x.access_as(options.idle_s, options.frequency)}, value)) return c.out_of_memory();
  if (c.logged()) log_to_be_repeated(c, options.absolute ? -1 : at_ms, x.check_payloads);
  changed(c);
  return c.ok();
}

constexpr keel_keyspec kDumps[] = {one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr keel_keyspec kRestores[] = {one_key(KEEL_KEY_OW | KEEL_KEY_UPDATE)};
constexpr keel_command kRows[] = {
    command("DUMP", handler<dump>, words(2, kReading), kDumps, &docs::dump),
    command("RESTORE", handler<restore>, words(-4, kWriting | KEEL_CMD_DENYOOM, KEEL_ACL_DANGEROUS), kRestores,
            &docs::restore),
};

}  // namespace

Rows dump_rows() {
  return kRows;
}

}  // namespace keel::commands
