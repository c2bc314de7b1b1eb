/** Who answers at an endpoint. */
import net from 'node:net';

/** How long one attempt may take, whatever is said meanwhile, milliseconds. */
const ATTEMPT_MS = 1000;

/** The answer has less, bytes. */
const MOST_BYTES = 65_536;

/** A server that asks for a password. */
export const LOCKED = 'locked';

/**
 * The process id of the server at an endpoint, as it says; {@link LOCKED}; or why there is neither, in a few words. It may not
 * be our server, so it is sent no password.
 */
export function whoAnswers(host: string, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    let text = '';
    const done = (result: number | string) => {
      clearTimeout(late);
      socket.destroy();
      resolve(result);
    };
    const late = setTimeout(() => done(`no answer within ${ATTEMPT_MS} ms`), ATTEMPT_MS);
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    socket.on('close', () => done('it closed the connection'));
    socket.on('connect', () => socket.write('INFO server\r\n'));
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const [, pid] = /^process_id:(\d+)\r/m.exec(text) ?? [];
      if (pid !== undefined) done(Number(pid));
      else if (text.startsWith('-NOAUTH ')) done(LOCKED);
      else if (!text.startsWith('$') || text.length > MOST_BYTES)
        done(`it says ${JSON.stringify(text.slice(0, 80))}`);
    });
  });
}
