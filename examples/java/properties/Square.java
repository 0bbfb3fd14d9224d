package properties;

import processor.Listed;

/** The product of a number with itself. */
@Listed
public final class Square implements Property {
  @Override
  public boolean holds(int number) {
    int root = (int) Math.round(Math.sqrt(number));
    return root * root == number;
  }
}
