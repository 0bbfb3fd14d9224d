package app;

import properties.Listing;
import properties.Property;

/** Says which properties the numbers given have. */
public final class Describe {
  public static void main(String[] args) {
    for (String arg : args) {
      System.out.println(describe(Integer.parseInt(arg)));
    }
  }

  public static String describe(int number) {
    StringBuilder line = new StringBuilder().append(number).append(':');
    for (Property property : Listing.all()) {
      if (property.holds(number)) {
        line.append(' ').append(property.getClass().getSimpleName().toLowerCase());
      }
    }
    return line.toString();
  }

  private Describe() {}
}
