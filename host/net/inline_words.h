// host/net/inline_words.h - the words of an inline command, with the quoting that redis-cli and telnet users know.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace keel::net {

// Splits at blanks; "..." with the escapes \n \r \t \b \a \xHH \" \\, '...' with \' alone.  A closing quote is followed
// by a blank or the end.  False = quotes are not balanced.
bool split_inline(std::string_view line, std::vector<std::string>& words);

}  // namespace keel::net
