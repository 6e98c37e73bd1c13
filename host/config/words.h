// host/config/words.h - values of several words: taken apart and put together.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace keel::config {

using Words = std::vector<std::string>;

// Every single space separates, so that two in a row give an empty word: what CONFIG SET does with a list.
Words split_at_spaces(std::string_view text);

// Blanks separate, however many; "..." (with \" and \\) and '...' keep a word together, also an empty one.  False: a
// quotation mark is never closed, or text follows the closing one.
bool split_quoted(std::string_view text, Words& out);

std::string join(const Words& words);         // one space between
std::string join_quoted(const Words& words);  // likewise, in a form that split_quoted() takes apart again

std::string lower(std::string_view text);  // ASCII

}  // namespace keel::config
