package properties;

/** Counts what is listed, and asks about a few numbers. */
public final class PropertiesTest {
  public static void main(String[] args) {
    check(Listing.all().size() == 3, "three properties are listed");
    check(new Even().holds(4), "4 is even");
    check(new Square().holds(49), "49 is a square");
    check(new Prime().holds(997), "997 is prime");
    check(!new Prime().holds(1), "1 is not prime");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private PropertiesTest() {}
}
