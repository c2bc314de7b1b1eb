export { type IncusOptions, incusBackend } from './incus-backend.js';
