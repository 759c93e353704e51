package dev.tidings.cli.output;

/** How events are written; named as on the command line. */
public enum Format {
  /** Columns for people. */
  table,
  /** One JSON array. */
  json,
  /** One JSON object a line. */
  jsonl,
  /** One YAML sequence. */
  yaml
}
