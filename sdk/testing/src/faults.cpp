#include "keel/testing/faults.hpp"

#include <algorithm>

namespace keel::testing {
namespace {
std::vector<std::string> g_faults;
std::vector<std::string> g_scenes;
}  // namespace

void fault(const std::string& what) {
  std::string text;
  for (const std::string& scene : g_scenes) text += scene + ": ";
  text += what;
  if (std::find(g_faults.begin(), g_faults.end(), text) == g_faults.end()) g_faults.push_back(std::move(text));
}
const std::vector<std::string>& faults() {
  return g_faults;
}
void clear_faults() {
  g_faults.clear();
}

Scene::Scene(const std::string& name) {
  g_scenes.push_back(name);
}
Scene::~Scene() {
  g_scenes.pop_back();
}

uint64_t Dice::roll() {  // splitmix64
  uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}
std::string Dice::bytes(size_t n) {
  std::string s(n, '\0');
  for (char& c : s) c = static_cast<char>(roll());
  return s;
}

}  // namespace keel::testing
