// Prints how often each word of the standard input occurs, stopwords aside.

#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/system.h"
#include "stats/counter.h"
#include "stats/deviation.h"
#include "stats/mean.h"
#include "stats/ranking.h"
#include "text/casing.h"
#include "text/split.h"
#include "text/table.h"
#include "words/stopwords.h"

int main() {
  const std::string input((std::istreambuf_iterator<char>(std::cin)),
                          std::istreambuf_iterator<char>());
  std::vector<std::string> counted;
  for (const std::string& word : text::Words(text::Lower(input))) {
    if (!words::IsStopword(word)) counted.push_back(word);
  }
  std::vector<std::pair<std::string, std::string>> rows;
  std::vector<double> counts;
  for (const auto& [word, count] : stats::Ranking(stats::Count(counted))) {
    rows.emplace_back(word, std::to_string(count));
    counts.push_back(count);
  }
  rows.emplace_back("(mean)", std::to_string(stats::Mean(counts)));
  rows.emplace_back("(deviation)", std::to_string(stats::Deviation(counts)));
  rows.emplace_back("(system)", base::SystemName());
  std::cout << text::Table(rows) << "\n";
}
