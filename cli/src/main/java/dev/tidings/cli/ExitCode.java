package dev.tidings.cli;

/** The exit codes of all commands. */
public final class ExitCode {
  /** Everything was done. */
  public static final int OK = 0;

  /**
   * Something that was to be recorded was not, and all else was; or what was to be compared
   * differs; or what was to be checked is not as it should be.
   */
  public static final int INCOMPLETE = 1;

  /** The command line or a setting is wrong. */
  public static final int USAGE = 2;

  /** Kafka or the schema registry cannot be reached, or refuses. */
  public static final int UNREACHABLE = 3;

  /** The resource version to resume from is known nowhere any more. */
  public static final int EXPIRED = 4;

  /** It did not get done in the time allowed. */
  public static final int TIMEOUT = 5;

  /** A server could not be started here, or ended by itself. */
  public static final int SERVER = 6;

  /** A defect of this program. */
  public static final int DEFECT = 70;

  /** Ended by Ctrl-C before it was done. */
  public static final int INTERRUPTED = 130;

  /** For {@code --help}. */
  static final String[] LIST = {
    "0:Done.",
    "1:Not recorded, not as it should be, or different; the rest was done.",
    "2:The command line or a setting is wrong.",
    "3:Kafka or the schema registry cannot be reached.",
    "4:The resource version has expired: list again.",
    "5:Not done in the time allowed.",
    "6:A server could not be started, or ended by itself.",
    "70:A defect of this program.",
    "130:Interrupted."
  };

  private ExitCode() {}
}
