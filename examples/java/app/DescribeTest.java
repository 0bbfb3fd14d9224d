package app;

/** Asks the program as others get it, in one jar. */
public final class DescribeTest {
  public static void main(String[] args) {
    String line = Describe.describe(4);
    if (!line.equals("4: even square")) {
      throw new AssertionError(line);
    }
  }

  private DescribeTest() {}
}
