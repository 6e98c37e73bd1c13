// libFuzzer: bytes as a ziplist.  Texts that are read lie in them; the elements are those of the listpack that is
// written instead, and come back from a ziplist that is written of them.
#include "plugins/types/common/ziplist.h"

#include "plugins/types/common/ziplist_for_test.h"

namespace {

using namespace types;
using listpack::Element;

void must(bool holds) {
  if (!holds) __builtin_trap();
}

std::string text(const Element& e) {
  char digits[20];
  return std::string{e.text(digits)};
}

// Head and contents in the longest form, whatever a shorter one would be.
std::string body(const Element& e) {
  std::string out(5, '\x80');
  if (e.is_integer()) {
    out.assign(9, '\xe0');
    listpack::store(out.data() + 1, e.integer());
    return out;
  }
  const size_t size = e.text().size();
  for (unsigned i = 1; i < 5; ++i) out[i] = static_cast<char>(size >> (8 * (4 - i)));
  return out.append(e.text());
}

bool read(std::string_view bytes, std::vector<Element>& elements) {
  return each_of_ziplist(bytes, [&](const Element& e) {
    if (!e.is_integer()) {
      const std::string_view s = e.text();
      must(s.data() >= bytes.data() && s.data() + s.size() <= bytes.data() + bytes.size());
    }
    elements.push_back(e);
    return true;
  });
}

void same(const std::vector<Element>& a, const std::vector<Element>& b) {
  must(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) must(a[i].is_integer() == b[i].is_integer() && text(a[i]) == text(b[i]));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kFrame = 10;  // bytes before the first entry
  if (size < 1) return 0;
  std::string bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  // Half of the inputs get sizes that fit, so that the entries are what is tried.
  if ((data[0] & 1) != 0 && bytes.size() > kFrame) {
    listpack::store(bytes.data(), static_cast<uint32_t>(bytes.size()));
    listpack::store(bytes.data() + 8, uint16_t{0xffff});
    bytes.back() = '\xff';
  }
  std::vector<Element> elements, again;
  const bool whole = read(bytes, elements);
  const auto listpack_size = listpack_size_of_ziplist(bytes);
  must(listpack_size.has_value() == whole);
  if (!whole) return 0;

  std::vector<char> made(*listpack_size);
  write_ziplist_as_listpack(bytes, made.data());
  must(listpack::valid({made.data(), made.size()}));
  size_t i = 0;
  const listpack::View view(made.data());
  for (const char* p = view.begin(); p != view.end(); p = listpack::next(p), ++i)
    must(i < elements.size() && text(listpack::element(p)) == text(elements[i]));
  must(i == elements.size());

  std::vector<std::string> bodies;
  for (const Element& e : elements) bodies.push_back(body(e));
  const std::string rewritten = ziplist(bodies);
  must(read(rewritten, again));
  same(elements, again);
  return 0;
}
