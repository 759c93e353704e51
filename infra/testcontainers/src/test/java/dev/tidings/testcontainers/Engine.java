package dev.tidings.testcontainers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** Skips, and says why, where containers cannot be run. */
final class Engine {
  private Engine() {}

  static void assumeImages(DockerImageName... images) {
    assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(), "no Docker engine can be reached");
    DockerClient client = DockerClientFactory.instance().client();
    for (DockerImageName image : images) {
      assumeTrue(
          has(client, image),
          image + " is not in the Docker engine: see docs/deploying.md for how to build it");
    }
  }

  private static boolean has(DockerClient client, DockerImageName image) {
    try {
      client.inspectImageCmd(image.asCanonicalNameString()).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }
}
