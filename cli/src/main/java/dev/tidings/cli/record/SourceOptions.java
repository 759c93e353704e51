package dev.tidings.cli.record;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.source.DockerEvent;
import dev.tidings.recorder.source.DockerSource;
import dev.tidings.recorder.source.EventSource;
import dev.tidings.recorder.source.FileEvent;
import dev.tidings.recorder.source.FileSource;
import dev.tidings.recorder.source.SourceErrorHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is to be watched, and recorded as it happens. */
final class SourceOptions {
  private static final String DEFAULT_ENGINE = "/var/run/docker.sock";

  @Option(
      names = "--docker",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "SOCKET",
      description =
          "Record what happens to the containers of this Docker engine, until Ctrl-C. Default:"
              + " $DOCKER_HOST, or "
              + DEFAULT_ENGINE
              + ".")
  private @Nullable String docker;

  @Option(
      names = "--watch-files",
      paramLabel = "DIR",
      description = "Record what happens to the files below this directory, until Ctrl-C.")
  private @Nullable Path directory;

  boolean isGiven() {
    return docker != null || directory != null;
  }

  /** Whether the directory is empty, as it is when a shell variable is not set. */
  boolean isDirectoryBlank() {
    return directory != null && directory.toString().isBlank();
  }

  /** The catalogues of what is watched. */
  List<Catalogue> catalogues() {
    List<Catalogue> catalogues = new ArrayList<>();
    if (docker != null) {
      catalogues.add(Catalogue.of(DockerEvent.class));
    }
    if (directory != null) {
      catalogues.add(Catalogue.of(FileEvent.class));
    }
    return catalogues;
  }

  /**
   * The sources, not yet started.
   *
   * @param state where they remember how far they came
   */
  List<EventSource> sources(EventRecorder recorder, Path state, SourceErrorHandler errors) {
    List<EventSource> sources = new ArrayList<>();
    if (docker != null) {
      sources.add(
          DockerSource.builder(recorder)
              .engine(docker.isEmpty() ? defaultEngine() : docker)
              .stateDirectory(state)
              .onError(errors)
              .build());
    }
    if (directory != null) {
      sources.add(FileSource.builder(recorder, directory).onError(errors).build());
    }
    return sources;
  }

  private static String defaultEngine() {
    String given = System.getenv("DOCKER_HOST");
    return given == null || given.isBlank() ? DEFAULT_ENGINE : given;
  }
}
