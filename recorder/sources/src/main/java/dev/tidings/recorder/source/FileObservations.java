package dev.tidings.recorder.source;

import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns what happened to files into what is recorded. Immutable. */
final class FileObservations {
  private static final int MAX_NAME = 256;

  private final Path root;

  FileObservations(Path root) {
    this.root = root;
  }

  Observation of(FileChange change, Instant now) {
    String path = root.resolve(change.path()).toString();
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("file.path", path);
    attributes.put("file.size", Long.toString(change.size()));
    String from = change.from();
    if (from != null) {
      attributes.put("file.renamedFrom", root.resolve(from).toString());
    }
    return new Observation(
        change.type().type(),
        Severity.INFO,
        new ObjectReference("File", "", name(path), ""),
        message(change, path),
        attributes,
        now);
  }

  Observation forcedReload(Instant now) {
    return new Observation(
        FileEvent.ForcedReload.type(),
        Severity.WARN,
        new ObjectReference("Directory", "", name(root.toString()), ""),
        "Changes below " + root + " may have been missed",
        Map.of("file.path", root.toString()),
        now);
  }

  private String message(FileChange change, String path) {
    return switch (change.type()) {
      case Written -> path + " was written";
      case Created -> path + " was created";
      case Deleted -> path + " was deleted";
      case Renamed -> root.resolve(String.valueOf(change.from())) + " was renamed to " + path;
      case ForcedReload -> throw new IllegalArgumentException("This happens to no single file");
    };
  }

  /** A path of any length, as the name of an object: the end says more than the beginning. */
  private static String name(String path) {
    int surplus = path.codePointCount(0, path.length()) - MAX_NAME;
    return surplus <= 0 ? path : "…" + path.substring(path.offsetByCodePoints(0, surplus + 1));
  }
}
