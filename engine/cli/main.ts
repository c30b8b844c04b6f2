#!/usr/bin/env node
// The program `jambridge`.
import { main } from './commands.js';

process.exit(await main(process.argv.slice(2)));
