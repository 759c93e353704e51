package dev.tidings.catalogue;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the catalogue that an enum is. Without it, the enum's own name and package are taken. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EventCatalogue {
  /** The catalogue's name: the part of a type before the dot. */
  String name();

  /** Who owns it: a dotted name, as of a package. Empty: the enum's package. */
  String owner() default "";
}
