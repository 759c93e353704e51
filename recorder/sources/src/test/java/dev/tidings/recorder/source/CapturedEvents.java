package dev.tidings.recorder.source;

import dev.tidings.recorder.RecordResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An outlet that keeps what it is given and answers as told. */
final class CapturedEvents implements Outlet {
  static final RecordResult DONE = new RecordResult.Acknowledged("t", 0, 0, List.of());

  private final List<Observation> all = new ArrayList<>();
  private final Function<Observation, CompletableFuture<RecordResult>> answers;

  CapturedEvents() {
    this(seen -> CompletableFuture.completedFuture(DONE));
  }

  CapturedEvents(Function<Observation, CompletableFuture<RecordResult>> answers) {
    this.answers = answers;
  }

  @Override
  public CompletableFuture<RecordResult> submit(Observation seen) {
    synchronized (this) {
      all.add(seen);
    }
    return answers.apply(seen);
  }

  synchronized List<Observation> all() {
    return List.copyOf(all);
  }

  synchronized void clear() {
    all.clear();
  }

  /** Type and object's name, for example {@code ContainerStarted web}. */
  List<String> brief() {
    return all().stream().map(CapturedEvents::brief).collect(Collectors.toList());
  }

  private static String brief(Observation seen) {
    String type = seen.type().substring(seen.type().indexOf('.') + 1);
    if (seen.object() == null) {
      return type;
    }
    String name = seen.object().getName();
    return type + " " + name.substring(name.lastIndexOf('/') + 1);
  }
}
