#ifndef PLUGIN_TALLY_H_
#define PLUGIN_TALLY_H_

extern "C" {

// How often the most frequent word occurs in `text`, stopwords aside.
int tally_top_count(const char* text);

}  // extern "C"

#endif  // PLUGIN_TALLY_H_
