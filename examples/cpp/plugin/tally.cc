#include "plugin/tally.h"

#include <string>
#include <vector>

#include "stats/counter.h"
#include "stats/ranking.h"
#include "text/casing.h"
#include "text/split.h"
#include "words/stopwords.h"

int tally_top_count(const char* text) {
  std::vector<std::string> counted;
  for (const std::string& word : text::Words(text::Lower(text))) {
    if (!words::IsStopword(word)) counted.push_back(word);
  }
  const auto ranking = stats::Ranking(stats::Count(counted));
  return ranking.empty() ? 0 : ranking[0].second;
}
