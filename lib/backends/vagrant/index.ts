export { vagrantBackend } from './vagrant-backend.js';
