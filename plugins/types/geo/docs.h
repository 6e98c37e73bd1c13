// plugins/types/geo/docs.h - what COMMAND DOCS and the tips of COMMAND INFO say of the commands for places.
#pragma once
#include "keel/command.h"

namespace geo::docs {

extern const keel_doc geoadd, geodist, geohash, geopos, georadius, georadius_ro, georadiusbymember,
    georadiusbymember_ro, geosearch, geosearchstore;

}  // namespace geo::docs
