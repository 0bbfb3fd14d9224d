package log;

/** Messages on standard error. */
public final class Log {
  public static void say(String message) {
    System.err.println(message);
  }

  private Log() {}
}
