package dev.tidings.cli.doctor;

/**
 * Something that a check found.
 *
 * @param check which one
 * @param state how bad it is
 * @param what is so, for people
 * @param remedy what to do about it; empty if nothing need be done
 */
record Finding(String check, State state, String what, String remedy) {

  /** How bad it is. */
  enum State {
    OK,
    /** The platform works, and something should be looked at. */
    WARNING,
    /** The platform does not work, or soon will not. */
    FAILURE
  }

  static Finding ok(String check, String what) {
    return new Finding(check, State.OK, what, "");
  }

  static Finding warning(String check, String what, String remedy) {
    return new Finding(check, State.WARNING, what, remedy);
  }

  static Finding failure(String check, String what, String remedy) {
    return new Finding(check, State.FAILURE, what, remedy);
  }
}
