package properties;

import processor.Listed;

/** Divisible by two. */
@Listed
public final class Even implements Property {
  @Override
  public boolean holds(int number) {
    return number % 2 == 0;
  }
}
