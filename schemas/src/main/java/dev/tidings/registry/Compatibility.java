package dev.tidings.registry;

/**
 * Which schemas a subject accepts next. The plain levels compare with the newest schema, the
 * transitive ones with all before it.
 */
public enum Compatibility {
  /** Any. */
  NONE,
  /** Readers of the new schema must understand what was written with the old. */
  BACKWARD,
  BACKWARD_TRANSITIVE,
  /** Readers of the old schema must understand what is written with the new. */
  FORWARD,
  FORWARD_TRANSITIVE,
  /** Both. */
  FULL,
  FULL_TRANSITIVE
}
