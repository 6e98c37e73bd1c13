// libFuzzer: bytes as a listpack; what is taken is walked both ways, found, edited and checked again.
#include <cstdint>
#include <vector>

#include "plugins/types/common/listpack.h"

namespace {

using namespace types;

void must(bool holds) {
  if (!holds) __builtin_trap();
}

// Every element forwards, then backwards, then found again.
void walk(listpack::View v) {
  std::vector<const char*> places;
  for (const char* p = v.begin(); p != v.end(); p = listpack::next(p)) places.push_back(p);
  must(v.count() == places.size());
  const char* p = v.end();
  for (auto i = places.rbegin(); i != places.rend(); ++i) must((p = listpack::previous(p)) == *i);
  for (size_t i = 0; i < places.size() && i < 8; ++i) {
    char room[20];
    must(v.find(listpack::Needle(listpack::element(places[i]).text(room))) != nullptr);
  }
}

void edit(std::vector<char> bytes, uint8_t how) {
  const auto resize = [&](size_t n) { return bytes.resize(n), bytes.data(); };
  const auto check = [&](bool done) {
    must(done && listpack::valid({bytes.data(), bytes.size()}));
    walk(listpack::View(bytes.data()));
  };
  const uint32_t count = listpack::View(bytes.data()).count();
  if (count > 0) {
    const char* place = listpack::View(bytes.data()).at(how % count);
    check(listpack::replace(bytes.data(), place, listpack::Encoded(int64_t{how} << (how % 56)), resize));
    place = listpack::View(bytes.data()).at(how % count);
    check(listpack::erase(bytes.data(), place, listpack::next(place), 1, resize));
  }
  check(listpack::append(bytes.data(), listpack::Encoded("text"), resize));
  check(listpack::insert(bytes.data(), bytes.data() + listpack::kHeader, listpack::Encoded("-12345"), resize));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const uint8_t how = data[0];
  std::vector<char> bytes(data + 1, data + size);
  // Half of the inputs get a frame that fits, so that the entries are what is tried.
  if ((how & 1) != 0 && bytes.size() >= listpack::kEmpty) {
    listpack::write_header(bytes.data(), bytes.size(), listpack::kUnknownCount);
    bytes.back() = static_cast<char>(listpack::kEnd);
  }
  if (listpack::valid({bytes.data(), bytes.size()})) {
    walk(listpack::View(bytes.data()));
    edit(bytes, how);
  }
  return 0;
}
