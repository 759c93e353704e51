/**
 * What starting real servers on this machine needs: data directories, ports and child processes.
 */
@NullMarked
package dev.tidings.infra.process;

import org.jspecify.annotations.NullMarked;
