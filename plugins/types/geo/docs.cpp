#include "plugins/types/geo/docs.h"

#include "keel/cpp/docs.hpp"

namespace geo::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc_arg tokened(keel_doc_arg a, const char* token) {
  return a.token = token, a;
}

constexpr keel_doc geo_doc(About about, const auto& args) {
  about.group = "geo";
  return doc(about, args);
}

constexpr keel_doc_history kGeoaddHistory[] = {{"6.2.0", "Added the `CH`, `NX` and `XX` options."}, {nullptr, nullptr}};
constexpr keel_doc_arg kGeoaddArgsCondition[] = {flag("nx", "NX"), flag("xx", "XX")};
constexpr keel_doc_arg kGeoaddArgsLongitudeLatitudeMember[] = {real("longitude"), real("latitude"), text("member")};
constexpr keel_doc_arg kGeoaddArgs[] = {
    key("key"), since("6.2.0", optional(one_of("condition", kGeoaddArgsCondition))),
    since("6.2.0", optional(flag("change", "CH"))),
    multiple(block("longitude_latitude_member", kGeoaddArgsLongitudeLatitudeMember))};
constexpr keel_doc_arg kGeodistArgsUnit[] = {flag("m", "M"), flag("km", "KM"), flag("ft", "FT"), flag("mi", "MI")};
constexpr keel_doc_arg kGeodistArgs[] = {key("key"), text("member1"), text("member2"),
                                         optional(one_of("unit", kGeodistArgsUnit))};
constexpr keel_doc_arg kGeohashArgs[] = {key("key"), multiple(text("member"))};
constexpr keel_doc_history kGeoradiusHistory[] = {{"6.2.0", "Added the `ANY` option for `COUNT`."},
                                                  {"7.0.0", "Added support for uppercase unit names."},
                                                  {nullptr, nullptr}};
constexpr keel_doc_arg kGeoradiusArgsCount[] = {integer("count", "COUNT"),
                                                since("6.2.0", optional(flag("any", "ANY")))};
constexpr keel_doc_arg kGeoradiusArgsOrder[] = {flag("asc", "ASC"), flag("desc", "DESC")};
constexpr keel_doc_arg kGeoradiusArgs[] = {key("key"),
                                           real("longitude"),
                                           real("latitude"),
                                           real("radius"),
                                           one_of("unit", kGeodistArgsUnit),
                                           optional(flag("withcoord", "WITHCOORD")),
                                           optional(flag("withdist", "WITHDIST")),
                                           optional(flag("withhash", "WITHHASH")),
                                           optional(block("count", kGeoradiusArgsCount)),
                                           optional(one_of("order", kGeoradiusArgsOrder)),
                                           optional(tokened(key("key", 1), "STORE")),
                                           optional(tokened(key("key", 2), "STOREDIST"))};
constexpr keel_doc_history kGeoradiusRoHistory[] = {{"6.2.0", "Added the `ANY` option for `COUNT`."},
                                                    {nullptr, nullptr}};
constexpr keel_doc_arg kGeoradiusRoArgs[] = {key("key"),
                                             real("longitude"),
                                             real("latitude"),
                                             real("radius"),
                                             one_of("unit", kGeodistArgsUnit),
                                             optional(flag("withcoord", "WITHCOORD")),
                                             optional(flag("withdist", "WITHDIST")),
                                             optional(flag("withhash", "WITHHASH")),
                                             optional(block("count", kGeoradiusArgsCount)),
                                             optional(one_of("order", kGeoradiusArgsOrder))};
constexpr keel_doc_history kGeoradiusbymemberHistory[] = {{"7.0.0", "Added support for uppercase unit names."},
                                                          {nullptr, nullptr}};
constexpr keel_doc_arg kGeoradiusbymemberArgsCount[] = {integer("count", "COUNT"), optional(flag("any", "ANY"))};
constexpr keel_doc_arg kGeoradiusbymemberArgs[] = {key("key"),
                                                   text("member"),
                                                   real("radius"),
                                                   one_of("unit", kGeodistArgsUnit),
                                                   optional(flag("withcoord", "WITHCOORD")),
                                                   optional(flag("withdist", "WITHDIST")),
                                                   optional(flag("withhash", "WITHHASH")),
                                                   optional(block("count", kGeoradiusbymemberArgsCount)),
                                                   optional(one_of("order", kGeoradiusArgsOrder)),
                                                   optional(tokened(key("key", 1), "STORE")),
                                                   optional(tokened(key("key", 2), "STOREDIST"))};
constexpr keel_doc_arg kGeoradiusbymemberRoArgs[] = {key("key"),
                                                     text("member"),
                                                     real("radius"),
                                                     one_of("unit", kGeodistArgsUnit),
                                                     optional(flag("withcoord", "WITHCOORD")),
                                                     optional(flag("withdist", "WITHDIST")),
                                                     optional(flag("withhash", "WITHHASH")),
                                                     optional(block("count", kGeoradiusbymemberArgsCount)),
                                                     optional(one_of("order", kGeoradiusArgsOrder))};
constexpr keel_doc_history kGeosearchHistory[] = {{"7.0.0", "Added support for uppercase unit names."},
                                                  {nullptr, nullptr}};
constexpr keel_doc_arg kGeosearchArgsFromLongitudeLatitude[] = {real("longitude"), real("latitude")};
constexpr keel_doc_arg kGeosearchArgsFrom[] = {
    text("member", "FROMMEMBER"), block("longitude_latitude", kGeosearchArgsFromLongitudeLatitude, "FROMLONLAT")};
constexpr keel_doc_arg kGeosearchArgsByCircle[] = {real("radius", "BYRADIUS"), one_of("unit", kGeodistArgsUnit)};
constexpr keel_doc_arg kGeosearchArgsByBox[] = {real("width", "BYBOX"), real("height"),
                                                one_of("unit", kGeodistArgsUnit)};
constexpr keel_doc_arg kGeosearchArgsBy[] = {block("circle", kGeosearchArgsByCircle),
                                             block("box", kGeosearchArgsByBox)};
constexpr keel_doc_arg kGeosearchArgs[] = {key("key"),
                                           one_of("from", kGeosearchArgsFrom),
                                           one_of("by", kGeosearchArgsBy),
                                           optional(one_of("order", kGeoradiusArgsOrder)),
                                           optional(block("count", kGeoradiusbymemberArgsCount)),
                                           optional(flag("withcoord", "WITHCOORD")),
                                           optional(flag("withdist", "WITHDIST")),
                                           optional(flag("withhash", "WITHHASH"))};
constexpr keel_doc_history kGeosearchstoreHistory[] = {{"7.0.0", "Added support for uppercase unit names."},
                                                       {nullptr, nullptr}};
constexpr keel_doc_arg kGeosearchstoreArgs[] = {key("destination"),
                                                key("source", 1),
                                                one_of("from", kGeosearchArgsFrom),
                                                one_of("by", kGeosearchArgsBy),
                                                optional(one_of("order", kGeoradiusArgsOrder)),
                                                optional(block("count", kGeoradiusbymemberArgsCount)),
                                                optional(flag("storedist", "STOREDIST"))};

}  // namespace

constexpr keel_doc geoadd =
    geo_doc({.summary = "Add one or more geospatial items in the geospatial index represented using a sorted set",
             .since = "3.2.0",
             .complexity = "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
             .history = kGeoaddHistory},
            kGeoaddArgs);

constexpr keel_doc geodist = geo_doc({.summary = "Returns the distance between two members of a geospatial index",
                                      .since = "3.2.0",
                                      .complexity = "O(log(N))"},
                                     kGeodistArgs);

constexpr keel_doc geohash =
    geo_doc({.summary = "Returns members of a geospatial index as standard geohash strings",
             .since = "3.2.0",
             .complexity = "O(log(N)) for each member requested, where N is the number of elements in the sorted set."},
            kGeohashArgs);

constexpr keel_doc geopos = geo_doc({.summary = "Returns longitude and latitude of members of a geospatial index",
                                     .since = "3.2.0",
                                     .complexity = "O(N) where N is the number of members requested."},
                                    kGeohashArgs);

constexpr keel_doc georadius =
    geo_doc({.summary = "Query a sorted set representing a geospatial index to fetch members matching a given maximum "
                        "distance from a point",
             .since = "3.2.0",
             .complexity = "O(N+log(M)) where N is the number of elements inside the bounding box of the circular area "
                           "delimited by center and radius and M is the number of items inside the index.",
             .history = kGeoradiusHistory,
             .deprecated_since = "6.2.0",
             .replaced_by = "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument"},
            kGeoradiusArgs);

constexpr keel_doc georadius_ro =
    geo_doc({.summary = "A read-only variant for GEORADIUS",
             .since = "3.2.10",
             .complexity = "O(N+log(M)) where N is the number of elements inside the bounding box of the circular area "
                           "delimited by center and radius and M is the number of items inside the index.",
             .history = kGeoradiusRoHistory,
             .deprecated_since = "6.2.0",
             .replaced_by = "`GEOSEARCH` with the `BYRADIUS` argument"},
            kGeoradiusRoArgs);

constexpr keel_doc georadiusbymember =
    geo_doc({.summary = "Query a sorted set representing a geospatial index to fetch members matching a given maximum "
                        "distance from a member",
             .since = "3.2.0",
             .complexity = "O(N+log(M)) where N is the number of elements inside the bounding box of the circular area "
                           "delimited by center and radius and M is the number of items inside the index.",
             .history = kGeoradiusbymemberHistory,
             .deprecated_since = "6.2.0",
             .replaced_by = "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments"},
            kGeoradiusbymemberArgs);

constexpr keel_doc georadiusbymember_ro =
    geo_doc({.summary = "A read-only variant for GEORADIUSBYMEMBER",
             .since = "3.2.10",
             .complexity = "O(N+log(M)) where N is the number of elements inside the bounding box of the circular area "
                           "delimited by center and radius and M is the number of items inside the index.",
             .deprecated_since = "6.2.0",
             .replaced_by = "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments"},
            kGeoradiusbymemberRoArgs);

constexpr keel_doc geosearch = geo_doc(
    {.summary =
         "Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle.",
     .since = "6.2.0",
     .complexity = "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the "
                   "shape provided as the filter and M is the number of items inside the shape",
     .history = kGeosearchHistory},
    kGeosearchArgs);

constexpr keel_doc geosearchstore =
    geo_doc({.summary = "Query a sorted set representing a geospatial index to fetch members inside an area of a box "
                        "or a circle, and store the result in another key.",
             .since = "6.2.0",
             .complexity = "O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around "
                           "the shape provided as the filter and M is the number of items inside the shape",
             .history = kGeosearchstoreHistory},
            kGeosearchstoreArgs);

}  // namespace geo::docs
