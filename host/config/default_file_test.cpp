// Keeps etc/keel.yaml complete and true, and the files under etc/ startable.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "host/config/configuration.h"

namespace keel::config {
namespace {

const std::string kDefaultFile = std::string(KEEL_ETC) + "/keel.yaml";
const std::string kMinimalFile = std::string(KEEL_ETC) + "/keel-minimal.yaml";

// The file with "  # name: value" made "  name: value".
std::string with_defaults_spelt_out(const Options& options) {
  std::ifstream in(kDefaultFile);
  const std::regex option("^  # ([a-z0-9-]+):( .*)$");
  std::string text;
  for (std::string line; std::getline(in, line);) {
    std::smatch parts;
    if (std::regex_match(line, parts, option) && options.find(parts[1].str()) != nullptr)
      line = "  " + parts[1].str() + ":" + parts[2].str();
    text += line + "\n";
  }
  return text;
}

TEST(DefaultFile, HoldsEveryServerOptionWithItsDefault) {
  base::Settings settings;
  Configuration configuration(settings);
  const Options& options = configuration.options();
  Document document;
  Problems problems;
  ASSERT_TRUE(parse_document(with_defaults_spelt_out(options), "keel.yaml", document, problems)) << problems.front();
  const auto section = std::find_if(document.sections.begin(), document.sections.end(),
                                    [](const Section& s) { return s.name == kServerOwner; });
  ASSERT_NE(section, document.sections.end());
  std::vector<std::string> there;
  for (const Setting& setting : section->settings) {
    there.push_back(setting.name);
    const Option* option = options.find(setting.name);
    ASSERT_NE(option, nullptr) << setting.name;
    Words words;
    std::string error, value;
    ASSERT_TRUE(node_words(option->row, setting.value, "", words, error)) << setting.name << " " << error;
    ASSERT_TRUE(check_value(option->row, words, option->value, value, error)) << setting.name << ": " << error;
    EXPECT_EQ(value, option->value) << setting.name;
  }
  for (const auto& option : options.all())
    EXPECT_NE(std::find(there.begin(), there.end(), option->row.name), there.end())
        << option->row.name << " is missing in etc/keel.yaml";
}

TEST(DefaultFile, EveryOptionHasALineOfDocumentation) {
  base::Settings settings;
  Configuration configuration(settings);
  for (const auto& option : configuration.options().all()) {
    EXPECT_FALSE(option->row.doc.empty()) << option->row.name;
    EXPECT_EQ(option->row.doc.find('\n'), std::string::npos) << option->row.name;
  }
}

TEST(DefaultFile, BothFilesAreValid) {
  for (const std::string& file : {kDefaultFile, kMinimalFile}) {
    base::Settings settings;
    Configuration configuration(settings);
    Problems problems;
    const std::string_view arguments[] = {file};
    ASSERT_TRUE(configuration.read(arguments, {}, problems)) << problems.front();
    ASSERT_TRUE(configuration.resolve(problems)) << problems.front();
    ASSERT_EQ(configuration.listeners().size(), 1u);
    EXPECT_EQ(configuration.listeners()[0].address, "127.0.0.1:6379");
    // Two transports and strings; the other file has all that is there.
    if (file == kMinimalFile)
      EXPECT_EQ(configuration.plugins().size(), 3u);
    else
      EXPECT_GT(configuration.plugins().size(), 3u);
  }
}

}  // namespace
}  // namespace keel::config
