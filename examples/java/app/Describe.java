package app;

import properties.Listing;
import properties.Property;

/** Says which properties the numbers given have. */
public final class Describe {
  public static void main(String[] args) {
    for (String arg : args) {
      StringBuilder line = new StringBuilder(arg).append(':');
      for (Property property : Listing.all()) {
        if (property.holds(Integer.parseInt(arg))) {
          line.append(' ').append(property.getClass().getSimpleName().toLowerCase());
        }
      }
      System.out.println(line);
    }
  }

  private Describe() {}
}
