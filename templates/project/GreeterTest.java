package hello;

final class GreeterTest {
  private GreeterTest() {}

  public static void main(String[] args) {
    if (!Greeter.greeting("Ada").equals("Hello, Ada!")) {
      throw new AssertionError(Greeter.greeting("Ada"));
    }
  }
}
