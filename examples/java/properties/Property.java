package properties;

/** Something that numbers have or have not. */
public interface Property {
  boolean holds(int number);
}
