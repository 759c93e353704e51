package dev.tidings.cli.doctor;

import java.util.List;

/** Looks at one part of a platform. Changes nothing. */
interface Check {
  /** In one word, for people. */
  String name();

  /**
   * Looks.
   *
   * @return at least one finding
   * @throws Exception if it cannot look: that is a finding, too
   */
  List<Finding> run() throws Exception;
}
