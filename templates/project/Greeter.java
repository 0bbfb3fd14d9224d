package hello;

final class Greeter {
  private Greeter() {}

  static String greeting(String name) {
    return "Hello, " + name + "!";
  }
}
