package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a journal in a directory that recorders share looks like from outside, for whoever watches
 * over them. Its owner is not disturbed.
 *
 * @param journal its id
 * @param inUse whether a process uses it; one that is not in use waits for the next recorder
 * @param bytes its files have
 * @param changed when the newest of them was
 */
public record JournalSurvey(UUID journal, boolean inUse, long bytes, Instant changed) {

  /**
   * The journals in a shared directory, oldest first. One that goes away meanwhile is left out.
   *
   * @throws IOException if they cannot be looked at
   */
  public static List<JournalSurvey> of(Path shared) throws IOException {
    List<JournalSurvey> found = new ArrayList<>();
    for (Path path : JournalDirectory.journals(shared)) {
      try {
        found.add(look(path));
      } catch (NoSuchFileException e) {
        // Its owner has just finished with it.
        continue;
      }
    }
    return found;
  }

  private static JournalSurvey look(Path path) throws IOException {
    long bytes = 0;
    Instant changed = Instant.EPOCH;
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
        Instant at = Files.getLastModifiedTime(file).toInstant();
        changed = at.isAfter(changed) ? at : changed;
      }
    }
    UUID journal = UUID.fromString(path.getFileName().toString());
    return new JournalSurvey(journal, JournalDirectory.isInUse(path), bytes, changed);
  }

  /** How many files of refused events are set aside in a shared directory. */
  public static int setAside(Path shared) throws IOException {
    Path aside = shared.resolve(SetAside.DIRECTORY);
    if (!Files.isDirectory(aside)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(aside)) {
      return (int) files.count();
    }
  }
}
