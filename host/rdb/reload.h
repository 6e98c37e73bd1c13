// host/rdb/reload.h - values go through the bytes that RDB has of them, and come back.
#pragma once
#include <string>

#include "host/keyspace/keyspace.h"

namespace keel::rdb {

// Saves the value of every key of `db` and loads it again in its own place, one after another; expiry and access clock
// stay. False = a type cannot save or load one, or there is no memory: `why` is a sentence, and that value and those
// that were to come are as they were. [executor]
bool reload(keyspace::Keyspace& keyspace, keyspace::Database& db, std::string& why);

}  // namespace keel::rdb
