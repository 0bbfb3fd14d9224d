package processor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

/** Puts a class with a constructor without parameters into the package's {@code Listing}. */
@Target(ElementType.TYPE)
public @interface Listed {}
