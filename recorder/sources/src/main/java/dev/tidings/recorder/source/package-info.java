/**
 * What records events by itself: containers ({@link dev.tidings.recorder.source.DockerSource}) and
 * files ({@link dev.tidings.recorder.source.FileSource}).
 */
@NullMarked
package dev.tidings.recorder.source;

import org.jspecify.annotations.NullMarked;
