/**
 * The environment {@code container}: a Docker container with a web service in it, one for each
 * sample.
 *
 * <p>{@link org.malassay.environments.container.ContainerProvider} checks what there is, through
 * {@code Engine} (all that is asked of Docker); {@code GuestImages} has the image made; {@code
 * ContainerEnvironment} makes the guests; each {@code ContainerGuest} speaks through an {@code
 * AgentLink}, in the frames of {@code AgentProtocol}, to the agent inside ({@code agent.c}).
 */
@NullMarked
package org.malassay.environments.container;

import org.jspecify.annotations.NullMarked;
