package hello;

final class Hello {
  private Hello() {}

  public static void main(String[] args) {
    System.out.println(Greeter.greeting(args.length > 0 ? args[0] : "world"));
  }
}
